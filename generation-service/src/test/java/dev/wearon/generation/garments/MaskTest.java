package dev.wearon.generation.garments;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MaskTest {

    /** Three parts: of one, two and four pixels. */
    private static final Mask MASK = mask(
            "#..##", //
            ".....", ".####");

    @Test
    void listsItsPartsTheLargestFirst() {
        assertThat(MASK.parts(2, 24).stream().map(Mask::area)).containsExactly(4, 2);
    }

    @Test
    void losesItsLargeParts() {
        assertThat(MASK.withoutParts(2).pixels())
                .isEqualTo(mask("#....", ".....", ".....").pixels());
    }

    private static Mask mask(String... rows) {
        String all = String.join("", rows);
        return Mask.where(rows[0].length(), rows.length, i -> all.charAt(i) == '#');
    }
}
