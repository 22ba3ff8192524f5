package dev.wearon.generation.photos;

/**
 * How a file describes its colours. Without a description they are sRGB.
 *
 * @param icc an ICC profile, maybe broken; null: none
 * @param gamma the exponent from light to value; 0: that of sRGB
 * @param chromaticities x and y of white, red, green and blue; null: those of sRGB
 */
record Colours(byte[] icc, double gamma, double[] chromaticities) {

    /** The bytes of the largest profile that is used. Those of programs have less than 3 MiB. */
    static final int MAX_PROFILE = 4 << 20;

    static final Colours SRGB = new Colours(null, 0, null);

    static Colours ofProfile(byte[] icc) {
        return icc == null ? SRGB : new Colours(icc, 0, null);
    }
}
