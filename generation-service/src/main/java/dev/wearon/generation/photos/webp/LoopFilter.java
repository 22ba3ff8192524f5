package dev.wearon.generation.photos.webp;

import dev.wearon.generation.photos.Interruption;

/** Smooths the edges between blocks after the whole frame was predicted (RFC 6386, section 15). */
final class LoopFilter {

    private final boolean simple;
    private final int sharpness;
    private final int columns;
    private final int rows;

    /** For each block: 0 to 63. */
    private final byte[] levels;

    /** For each block: whether the edges within it are filtered. */
    private final boolean[] within;

    LoopFilter(Vp8Header header, int columns, int rows) {
        simple = header.simpleFilter;
        sharpness = header.sharpness;
        this.columns = columns;
        this.rows = rows;
        levels = new byte[columns * rows];
        within = new boolean[columns * rows];
    }

    void set(int column, int row, int level, boolean edgesWithin) {
        levels[row * columns + column] = (byte) level;
        within[row * columns + column] = edgesWithin;
    }

    void apply(Vp8Planes planes) {
        for (int row = 0; row < rows; row++) {
            Interruption.check();
            for (int column = 0; column < columns; column++) {
                int level = levels[row * columns + column];
                if (level > 0) {
                    filterBlock(planes, column, row, level, within[row * columns + column]);
                }
            }
        }
    }

    private void filterBlock(Vp8Planes planes, int column, int row, int level, boolean edgesWithin) {
        int inner = level;
        if (sharpness > 0) {
            inner = Math.min(inner >> (sharpness > 4 ? 2 : 1), 9 - sharpness);
        }
        inner = Math.max(1, inner);
        int limit = 2 * level + inner;
        int stride = planes.stride;
        int y = row * 16 * stride + column * 16;
        if (simple) {
            filterSimply(planes.y, y, stride, column, row, limit, edgesWithin);
            return;
        }
        int half = stride / 2;
        int colour = row * 8 * half + column * 8;
        Edge edge = new Edge(2 * (limit + 4) + 1, inner, level >= 40 ? 2 : level >= 15 ? 1 : 0);
        Edge innerEdge = new Edge(2 * limit + 1, inner, edge.variance);
        if (column > 0) {
            edge.filterWide(planes.y, y, 1, stride, 16);
            edge.filterWide(planes.u, colour, 1, half, 8);
            edge.filterWide(planes.v, colour, 1, half, 8);
        }
        if (edgesWithin) {
            for (int i = 4; i < 16; i += 4) {
                innerEdge.filterNarrow(planes.y, y + i, 1, stride, 16);
            }
            innerEdge.filterNarrow(planes.u, colour + 4, 1, half, 8);
            innerEdge.filterNarrow(planes.v, colour + 4, 1, half, 8);
        }
        if (row > 0) {
            edge.filterWide(planes.y, y, stride, 1, 16);
            edge.filterWide(planes.u, colour, half, 1, 8);
            edge.filterWide(planes.v, colour, half, 1, 8);
        }
        if (edgesWithin) {
            for (int i = 4; i < 16; i += 4) {
                innerEdge.filterNarrow(planes.y, y + i * stride, stride, 1, 16);
            }
            innerEdge.filterNarrow(planes.u, colour + 4 * half, half, 1, 8);
            innerEdge.filterNarrow(planes.v, colour + 4 * half, half, 1, 8);
        }
    }

    private static void filterSimply(
            byte[] plane, int at, int stride, int column, int row, int limit, boolean edgesWithin) {
        for (int i = column > 0 ? 0 : 4; i < (edgesWithin ? 16 : 4); i += 4) {
            Edge.filterSimply(plane, at + i, 1, stride, 2 * (i == 0 ? limit + 4 : limit) + 1);
        }
        for (int i = row > 0 ? 0 : 4; i < (edgesWithin ? 16 : 4); i += 4) {
            Edge.filterSimply(plane, at + i * stride, stride, 1, 2 * (i == 0 ? limit + 4 : limit) + 1);
        }
    }

    /**
     * An edge. Its methods take the first pixel behind it, the distance between pixels across it, and the distance between pixels
     * along it.
     *
     * @param limit of the difference across the edge, four times plus one
     * @param inner limit of the difference between neighbours
     * @param variance the difference above which an edge belongs to the picture
     */
    private record Edge(int limit, int inner, int variance) {

        static void filterSimply(byte[] plane, int at, int across, int along, int limit) {
            for (int i = 0; i < 16; i++, at += along) {
                if (isSmooth(plane, at, across, limit)) {
                    common(plane, at, across);
                }
            }
        }

        /** The edge between two blocks. */
        void filterWide(byte[] plane, int at, int across, int along, int count) {
            for (int i = 0; i < count; i++, at += along) {
                if (!isSmoothAround(plane, at, across)) {
                    continue;
                }
                if (hasVariance(plane, at, across)) {
                    common(plane, at, across);
                } else {
                    wide(plane, at, across);
                }
            }
        }

        /** An edge within a block. */
        void filterNarrow(byte[] plane, int at, int across, int along, int count) {
            for (int i = 0; i < count; i++, at += along) {
                if (!isSmoothAround(plane, at, across)) {
                    continue;
                }
                if (hasVariance(plane, at, across)) {
                    common(plane, at, across);
                } else {
                    narrow(plane, at, across);
                }
            }
        }

        private static boolean isSmooth(byte[] plane, int at, int across, int limit) {
            return 4 * difference(plane, at - across, at) + difference(plane, at - 2 * across, at + across) <= limit;
        }

        private boolean isSmoothAround(byte[] plane, int at, int across) {
            return isSmooth(plane, at, across, limit)
                    && difference(plane, at - 4 * across, at - 3 * across) <= inner
                    && difference(plane, at - 3 * across, at - 2 * across) <= inner
                    && difference(plane, at - 2 * across, at - across) <= inner
                    && difference(plane, at + 3 * across, at + 2 * across) <= inner
                    && difference(plane, at + 2 * across, at + across) <= inner
                    && difference(plane, at + across, at) <= inner;
        }

        private boolean hasVariance(byte[] plane, int at, int across) {
            return difference(plane, at - 2 * across, at - across) > variance
                    || difference(plane, at + across, at) > variance;
        }

        private static int difference(byte[] plane, int one, int other) {
            return Math.abs((plane[one] & 0xFF) - (plane[other] & 0xFF));
        }

        private static void common(byte[] plane, int at, int across) {
            int p1 = plane[at - 2 * across] & 0xFF;
            int p0 = plane[at - across] & 0xFF;
            int q0 = plane[at] & 0xFF;
            int q1 = plane[at + across] & 0xFF;
            int a = 3 * (q0 - p0) + Math.clamp(p1 - q1, -128, 127);
            set(plane, at - across, p0 + Math.clamp(a + 3 >> 3, -16, 15));
            set(plane, at, q0 - Math.clamp(a + 4 >> 3, -16, 15));
        }

        private static void narrow(byte[] plane, int at, int across) {
            int p1 = plane[at - 2 * across] & 0xFF;
            int p0 = plane[at - across] & 0xFF;
            int q0 = plane[at] & 0xFF;
            int q1 = plane[at + across] & 0xFF;
            int a = 3 * (q0 - p0);
            int a1 = Math.clamp(a + 4 >> 3, -16, 15);
            int a2 = Math.clamp(a + 3 >> 3, -16, 15);
            int a3 = a1 + 1 >> 1;
            set(plane, at - 2 * across, p1 + a3);
            set(plane, at - across, p0 + a2);
            set(plane, at, q0 - a1);
            set(plane, at + across, q1 - a3);
        }

        private static void wide(byte[] plane, int at, int across) {
            int p2 = plane[at - 3 * across] & 0xFF;
            int p1 = plane[at - 2 * across] & 0xFF;
            int p0 = plane[at - across] & 0xFF;
            int q0 = plane[at] & 0xFF;
            int q1 = plane[at + across] & 0xFF;
            int q2 = plane[at + 2 * across] & 0xFF;
            int a = Math.clamp(3 * (q0 - p0) + Math.clamp(p1 - q1, -128, 127), -128, 127);
            int a1 = 27 * a + 63 >> 7;
            int a2 = 18 * a + 63 >> 7;
            int a3 = 9 * a + 63 >> 7;
            set(plane, at - 3 * across, p2 + a3);
            set(plane, at - 2 * across, p1 + a2);
            set(plane, at - across, p0 + a1);
            set(plane, at, q0 - a1);
            set(plane, at + across, q1 - a2);
            set(plane, at + 2 * across, q2 - a3);
        }

        private static void set(byte[] plane, int at, int value) {
            plane[at] = (byte) Math.clamp(value, 0, 255);
        }
    }
}
