package dev.wearon.bench;

import java.time.Duration;
import java.util.List;

/**
 * What is measured, and for how long.
 *
 * @param clients how many move images at a time, one row for each side
 * @param warmUp of storage and gateway before anything is measured, so that their code is compiled
 * @param rounds how many times the sides take turns; each measured time is the sum of so many
 * @param turn the time that counts, for each side in each round; uploads end it earlier when they are enough
 * @param uploadBytes how much is uploaded in one turn at most; it is removed before the next
 */
public record StoragePlan(List<Integer> clients, Duration warmUp, int rounds, Duration turn, long uploadBytes) {

    /** Each has a row in PostgreSQL and a URL that is signed before. */
    private static final int MOST_UPLOADS = 2_000;

    /** Of one image in one turn. */
    int uploads(Photo photo) {
        return (int) Math.clamp(uploadBytes / photo.bytes().length, 1, MOST_UPLOADS);
    }

    /** About as long as it will take at most once the servers run. */
    Duration estimate(int sides) {
        int uploadsAndDownloads = 2;
        return warmUp.plus(
                turn.multipliedBy((long) uploadsAndDownloads * Photo.SIZES * sides * rounds * clients.size() + rounds));
    }
}
