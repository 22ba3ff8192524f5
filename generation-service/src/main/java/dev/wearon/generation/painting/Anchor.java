package dev.wearon.generation.painting;

/**
 * A row of the portrait and the row of the garment that is drawn there. Two lengths at both sides of the middle are drawn at
 * two others. Legs are between them.
 *
 * @param y the row of the portrait
 * @param from the row of the garment
 * @param inner in the portrait, from the middle
 * @param outer in the portrait, from the middle
 * @param fromInner in the garment
 * @param fromOuter in the garment
 */
record Anchor(double y, double from, double inner, double outer, double fromInner, double fromOuter) {

    static Anchor scaled(double y, double from, double scale) {
        return scaled(y, from, scale, 1);
    }

    /** @param length in the garment; where the scale changes, the next row must have a similar one */
    static Anchor scaled(double y, double from, double scale, double length) {
        return new Anchor(y, from, 0, scale * length, 0, length);
    }

    /** The factor from garment pixels to portrait pixels. */
    double scale() {
        return (outer - inner) / (fromOuter - fromInner);
    }

    /** The distance from the garment's middle that is drawn at a distance from the person's. */
    double source(double beside) {
        double distance = Math.abs(beside);
        double source = distance >= inner ? fromInner + (distance - inner) / scale() : distance / inner * fromInner;
        return Math.copySign(source, beside);
    }

    /** The values at another row, if they change evenly from this row to the next one. */
    Anchor between(Anchor next, double row) {
        double share = next.y == y ? 0 : (row - y) / (next.y - y);
        return new Anchor(
                row,
                from + share * (next.from - from),
                inner + share * (next.inner - inner),
                outer + share * (next.outer - outer),
                fromInner + share * (next.fromInner - fromInner),
                fromOuter + share * (next.fromOuter - fromOuter));
    }
}
