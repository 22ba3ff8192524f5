package dev.wearon.generation.photos;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Reads from the chunks of a PNG what describes its pixels. A chunk that breaks the rules counts as absent. */
final class PngNotes {

    private static final int MAX_PROFILE = 4 << 20;

    /** The unit of gAMA and cHRM. */
    private static final double UNIT = 100_000;

    /** The exponent of sRGB, which programs write into gAMA for its curve. */
    private static final double SRGB_GAMMA = 0.45455;

    /** cICP of sRGB: its primaries, its curve, RGB, full range. */
    private static final byte[] CICP_OF_SRGB = {1, 13, 0, 1};

    private static final int[] SRGB_PRIMARIES = {31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000};

    record Chunk(String type, int start, int end) {}

    private PngNotes() {}

    static int orientation(byte[] bytes, List<Chunk> notes) {
        Chunk exif = first(notes, "eXIf");
        return exif == null ? Exif.UPRIGHT : Exif.orientation(bytes, exif.start, exif.end);
    }

    /** The first that is there of cICP (only if it is sRGB), iCCP, sRGB, and gAMA with cHRM. */
    static Colours colours(byte[] bytes, List<Chunk> notes) {
        Chunk cicp = first(notes, "cICP");
        if (cicp != null && Arrays.equals(bytes, cicp.start, cicp.end, CICP_OF_SRGB, 0, CICP_OF_SRGB.length)) {
            return Colours.SRGB;
        }
        Chunk iccp = first(notes, "iCCP");
        byte[] profile = iccp == null ? null : profile(bytes, iccp);
        if (profile != null) {
            return Colours.ofProfile(profile);
        }
        if (first(notes, "sRGB") != null) {
            return Colours.SRGB;
        }
        return new Colours(null, gamma(bytes, first(notes, "gAMA")), chromaticities(bytes, first(notes, "cHRM")));
    }

    private static Chunk first(List<Chunk> notes, String type) {
        return notes.stream().filter(note -> note.type.equals(type)).findFirst().orElse(null);
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
            if (size < 128 || size > MAX_PROFILE) {
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
