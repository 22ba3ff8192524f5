package dev.wearon.drill;

import java.time.Duration;

/**
 * What a drill is to do.
 *
 * @param seed decides the faults and what the clients do
 * @param traffic how long clients shop and things break; recovery and audit come on top
 * @param clients how many shop at a time
 */
public record Plan(long seed, Duration traffic, int clients) {}
