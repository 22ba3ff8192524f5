package dev.wearon.drill;

import java.time.Duration;

/**
 * The parameters of a drill.
 *
 * @param seed the seed of all random choices, of the faults and of the clients
 * @param traffic how long the drill sends requests and injects faults
 * @param clients the number of concurrent clients
 * @param replicas 1, or 2 for second processes
 */
public record Plan(long seed, Duration traffic, int clients, int replicas) {

    boolean hasReplicas() {
        return replicas > 1;
    }
}
