package dev.wearon.generation.photos;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The chunks of a PNG that describe its pixels. Of several of a kind the first counts. One that breaks the rules counts as
 * absent.
 */
final class PngNotes {

    /** The unit of gAMA and cHRM. */
    private static final double UNIT = 100_000;

    /** The exponent of sRGB, which programs write into gAMA for its curve. */
    private static final double SRGB_GAMMA = 0.45455;

    /** cICP of sRGB: its primaries, its curve, RGB, full range. */
    private static final byte[] CICP_OF_SRGB = {1, 13, 0, 1};

    private static final int[] SRGB_PRIMARIES = {31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000};

    /** No others are kept: a file may have a million. */
    private static final Set<String> TYPES = Set.of("cICP", "iCCP", "sRGB", "gAMA", "cHRM", "eXIf");

    private record Chunk(int start, int end) {}

    private final byte[] bytes;
    private final Map<String, Chunk> first = new HashMap<>();

    PngNotes(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Adds an intact chunk with its content. */
    void add(String type, int start, int end) {
        if (TYPES.contains(type)) {
            first.putIfAbsent(type, new Chunk(start, end));
        }
    }

    int orientation() {
        Chunk exif = first.get("eXIf");
        return exif == null ? Exif.UPRIGHT : Exif.orientation(bytes, exif.start, exif.end);
    }

    /** The first that is there of cICP (only if it is sRGB), iCCP, sRGB, and gAMA with cHRM. */
    Colours colours() {
        Chunk cicp = first.get("cICP");
        if (cicp != null && Arrays.equals(bytes, cicp.start, cicp.end, CICP_OF_SRGB, 0, CICP_OF_SRGB.length)) {
            return Colours.SRGB;
        }
        Chunk iccp = first.get("iCCP");
        byte[] profile = iccp == null ? null : profile(bytes, iccp);
        if (profile != null) {
            return Colours.ofProfile(profile);
        }
        if (first.get("sRGB") != null) {
            return Colours.SRGB;
        }
        return new Colours(null, gamma(bytes, first.get("gAMA")), chromaticities(bytes, first.get("cHRM")));
    }

    /** A name of 1 to 79 bytes, a zero, the method 0, and the packed profile. */
    private static byte[] profile(byte[] bytes, Chunk chunk) {
        int name = chunk.start;
        while (name < chunk.end && bytes[name] != 0) {
            name++;
        }
        int length = name - chunk.start;
        if (length < 1 || length > 79 || name + 2 > chunk.end || bytes[name + 1] != 0) {
            return null;
        }
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(bytes, name + 2, chunk.end - name - 2);
            byte[] header = new byte[4];
            if (inflater.inflate(header) < header.length) {
                return null;
            }
            int size = ByteBuffer.wrap(header).getInt();
            if (size < 128 || size > Colours.MAX_PROFILE) {
                return null;
            }
            byte[] profile = Arrays.copyOf(header, size);
            int done = header.length;
            while (done < size) {
                int count = inflater.inflate(profile, done, size - done);
                if (count == 0) {
                    return null;
                }
                done += count;
            }
            return profile;
        } catch (DataFormatException broken) {
            return null;
        } finally {
            inflater.end();
        }
    }

    private static double gamma(byte[] bytes, Chunk chunk) {
        if (chunk == null || chunk.end - chunk.start != 4) {
            return 0;
        }
        double gamma = ByteBuffer.wrap(bytes).getInt(chunk.start) / UNIT;
        boolean usable = gamma >= 0.05 && gamma <= 20;
        return usable && Math.abs(gamma - SRGB_GAMMA) > 0.005 ? gamma : 0;
    }

    private static double[] chromaticities(byte[] bytes, Chunk chunk) {
        if (chunk == null || chunk.end - chunk.start != 32) {
            return null;
        }
        double[] values = new double[8];
        boolean srgb = true;
        for (int i = 0; i < values.length; i++) {
            int value = ByteBuffer.wrap(bytes).getInt(chunk.start + 4 * i);
            values[i] = value / UNIT;
            srgb &= Math.abs(value - SRGB_PRIMARIES[i]) <= 100;
            if (values[i] < 0 || values[i] > 1 || i % 2 == 1 && value == 0) {
                return null;
            }
        }
        return srgb ? null : values;
    }
}
