package dev.wearon.storage;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/**
 * Provides the clock of the process, for signed URLs and the age of blobs. Times of the database are compared in the
 * database. The clock is a bean, so that a test can move it.
 */
final class SystemTime {

    @Produces
    @Singleton
    Clock clock() {
        return Clock.systemUTC();
    }
}
