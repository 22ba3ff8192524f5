package dev.wearon.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What leaves the device. */
@ExtendWith(World.Shared.class)
class PhotosIT {

    @TempDir
    private Path folder;

    private final World world;

    PhotosIT(World world) {
        this.world = world;
    }

    private Set<Path> stored() throws IOException {
        try (Stream<Path> files = Files.walk(world.rig.images())) {
            return files.filter(Files::isRegularFile).collect(Collectors.toSet());
        }
    }

    @Test
    void aPhotoOfAPhoneIsUprightAndSmallAndWithoutExif() throws IOException {
        Set<Path> before = stored();
        try (Visit visit = Shopfront.absorb(world).visit()) {
            visit.open().passGates().choose(Photos.ofAPhone(folder)).tryOn().seesResult();
        }
        Set<Path> after = stored();
        after.removeAll(before);
        // The photo, the picture of the product, and the result.
        assertThat(after).hasSizeGreaterThanOrEqualTo(3);
        BufferedImage sent = null;
        for (Path file : after) {
            byte[] bytes = Files.readAllBytes(file);
            assertThat(new String(bytes, StandardCharsets.ISO_8859_1))
                    .as(file.toString())
                    .doesNotContain("Exif");
            BufferedImage picture = ImageIO.read(file.toFile());
            if (picture != null && picture.getHeight() == 2_048) {
                sent = picture;
            }
        }
        // 3,000 × 2,000, turned to the right.
        assertThat(sent).isNotNull();
        assertThat(sent.getWidth()).isEqualTo(1_365);
    }

    @Test
    void aPhotoThatBrowsersCannotReadStaysHere() throws IOException {
        Set<Path> before = stored();
        try (Visit visit = Shopfront.absorb(world).visit()) {
            visit.open().passGates().choose(Photos.heic(folder));
            assertThat(visit.alert()).containsText("HEIC");
            visit.shows("heic");
            visit.choose(Files.writeString(folder.resolve("text.jpg"), "no photo"));
            assertThat(visit.alert()).containsText("This file cannot be read.");
            assertThat(stored()).isEqualTo(before);
        }
    }

    @Test
    void theCamera() {
        try (Visit visit = Shopfront.absorb(world).visit()) {
            visit.open().passGates().press("Use the camera");
            assertThat(visit.status()).hasText("The camera is on.");
            visit.awaitThat(visit.page.locator("wearon-try-on video"), "video => video.videoWidth > 0");
            visit.shows("camera");
            visit.press("Take a photo");
            assertThat(visit.heading("Is this the right photo?")).isVisible();
            // Its light is off.
            assertThat(visit.page.locator("wearon-try-on video")).hasCount(0);
            visit.press("Take another photo");
            assertThat(visit.heading("Choose a photo of you")).isVisible();
        }
    }
}
