package dev.wearon.storage;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/**
 * The service's own clock, for signed URLs and for the age of blobs. What is compared with a time in the database is
 * compared there. A bean, so that a test can move it.
 */
final class SystemTime {

    @Produces
    @Singleton
    Clock clock() {
        return Clock.systemUTC();
    }
}
