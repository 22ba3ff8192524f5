package dev.wearon.bench;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** Ids of version 7 as callers of the ledger make them: 48 bits of milliseconds, then chance (RFC 9562, 5.7). */
final class ChargeIds {

    private static final long VERSION = 0x7000L;
    private static final long VARIANT = 0x8000_0000_0000_0000L;

    private ChargeIds() {}

    static UUID next() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long first = System.currentTimeMillis() << 16 | VERSION | random.nextInt(1 << 12);
        return new UUID(first, random.nextLong() >>> 2 | VARIANT);
    }
}
