package dev.wearon.storage.images;

import dev.wearon.images.ImageLimits;

/** Variants of the accepted types that no image model can read. Browsers cannot show them either. */
public enum Variant {
    ARITHMETIC_JPEG(
            "This is an arithmetic-coded JPEG",
            "Open it in the program that made it, and save it as an ordinary (baseline) JPEG without arithmetic coding."),
    LOSSLESS_JPEG(
            "This is a lossless JPEG, as medical devices and raw converters write it",
            "Save it as an ordinary (baseline) JPEG, or as PNG to lose nothing."),
    HIERARCHICAL_JPEG(
            "This is a hierarchical JPEG, which has the picture in several sizes",
            "Save it as an ordinary (baseline) JPEG."),
    DEEP_JPEG(
            "This JPEG has more than 8 bits for each colour (a 12-bit JPEG)",
            "Save it as an ordinary JPEG with 8 bits for each colour, or as PNG."),
    COMPONENTS_OF_JPEG(
            "This JPEG has neither 1 (grey), 3 (colour) nor 4 (CMYK) colour components",
            "Save it as an ordinary JPEG in RGB or grey."),
    FRACTIONS_IN_JPEG(
            "This JPEG has its colours at an unusual resolution (fractional subsampling)",
            "Save it as an ordinary JPEG with the usual subsampling 4:4:4, 4:2:2 or 4:2:0."),
    UNITS_OF_JPEG(
            "This JPEG has its colours at an unusual resolution (more than 10 blocks in a unit)",
            "Save it as an ordinary JPEG with the usual subsampling 4:4:4, 4:2:2 or 4:2:0."),
    SCANS_OF_JPEG(
            "This JPEG has more than %d scans".formatted(ImageLimits.MAX_JPEG_SCANS),
            "Save it as an ordinary (baseline) JPEG."),
    PNG_FOR_IPHONE_APPS(
            "This PNG was converted for iPhone apps (CgBI)", "Use the original picture, or export it again as PNG.");

    private final String what;
    private final String remedy;

    Variant(String what, String remedy) {
        this.what = what;
        this.remedy = remedy;
    }

    /** Says what the picture is: a sentence without its full stop. */
    public String what() {
        return what;
    }

    /** Says what helps, in whole sentences. */
    public String remedy() {
        return remedy;
    }
}
