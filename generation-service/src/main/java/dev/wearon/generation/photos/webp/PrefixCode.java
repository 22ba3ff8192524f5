package dev.wearon.generation.photos.webp;

import java.io.EOFException;
import java.io.IOException;

/** A canonical prefix code of a lossless WebP: at most 15 bits, 2,328 symbols. */
final class PrefixCode {

    private static final int MAX_BITS = 15;
    private static final int TABLE_BITS = 8;

    /** By the next bits: the symbol and, above 12 bits, the length of its code; 0 for a longer code. */
    private final char[] table;

    private final int tableBits;

    /** The symbols, ordered by their codes. */
    private final char[] symbols;

    private final int[] countByLength = new int[MAX_BITS + 1];

    private PrefixCode(int[] lengths) throws IOException {
        int used = 0;
        int longest = 0;
        for (int length : lengths) {
            countByLength[length]++;
            used += length > 0 ? 1 : 0;
            longest = Math.max(longest, length);
        }
        countByLength[0] = 0;
        symbols = sorted(lengths, used);
        if (used == 1) {
            // The only symbol needs no bits.
            tableBits = 0;
            table = new char[0];
            return;
        }
        refuseUnlessComplete();
        tableBits = Math.min(TABLE_BITS, longest);
        table = new char[1 << tableBits];
        int code = 0;
        int index = 0;
        for (int length = 1; length <= tableBits; length++) {
            for (int i = 0; i < countByLength[length]; i++, code++) {
                int first = Integer.reverse(code) >>> 32 - length;
                for (int slot = first; slot < table.length; slot += 1 << length) {
                    table[slot] = (char) (length << 12 | symbols[index]);
                }
                index++;
            }
            code <<= 1;
        }
    }

    static PrefixCode of(int[] lengths) throws IOException {
        return new PrefixCode(lengths);
    }

    /** A bound of the bytes that it takes in memory. */
    int bytes() {
        return 2 * (table.length + symbols.length) + 160;
    }

    int read(LosslessBits in) throws IOException {
        if (tableBits == 0) {
            return symbols[0];
        }
        char entry = table[in.peek(tableBits)];
        if (entry != 0) {
            in.take(entry >> 12);
            return entry & 0xFFF;
        }
        return readLong(in);
    }

    private int readLong(LosslessBits in) throws IOException {
        int bits = in.peek(MAX_BITS);
        int code = 0;
        int first = 0;
        int index = 0;
        for (int length = 1; length <= MAX_BITS; length++) {
            code |= bits & 1;
            bits >>= 1;
            int count = countByLength[length];
            if (code - first < count) {
                in.take(length);
                return symbols[index + code - first];
            }
            index += count;
            first = first + count << 1;
            code <<= 1;
        }
        throw new EOFException("ends before its last pixel");
    }

    private static char[] sorted(int[] lengths, int used) throws IOException {
        if (used == 0) {
            throw new IOException("a prefix code has no symbol");
        }
        char[] sorted = new char[used];
        int index = 0;
        for (int length = 1; length <= MAX_BITS && index < used; length++) {
            for (int symbol = 0; symbol < lengths.length; symbol++) {
                if (lengths[symbol] == length) {
                    sorted[index++] = (char) symbol;
                }
            }
        }
        return sorted;
    }

    private void refuseUnlessComplete() throws IOException {
        int free = 1;
        for (int length = 1; length <= MAX_BITS; length++) {
            free = 2 * free - countByLength[length];
            if (free < 0) {
                break;
            }
        }
        if (free != 0) {
            throw new IOException("a prefix code is not complete");
        }
    }
}
