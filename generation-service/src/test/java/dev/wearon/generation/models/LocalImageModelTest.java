package dev.wearon.generation.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.wearon.generation.garments.Cutout;
import dev.wearon.generation.garments.GarmentType;
import dev.wearon.generation.models.ImageModel.Outcome;
import dev.wearon.generation.models.ImageModel.Outcome.BadImage;
import dev.wearon.generation.models.ImageModel.Outcome.Picture;
import dev.wearon.generation.models.ImageModel.Outcome.Retryable;
import dev.wearon.generation.models.ImageModel.Request;
import dev.wearon.generation.painting.Composition;
import dev.wearon.generation.painting.Fit;
import dev.wearon.generation.painting.Frame;
import dev.wearon.generation.people.Person;
import dev.wearon.generation.photos.PhotoReader;
import dev.wearon.generation.photos.Plane;
import io.vertx.core.Vertx;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("pictures")
class LocalImageModelTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private static final long MEMORY = 256 << 20;

    private final LocalImageModel model = new LocalImageModel(2, 16, MEMORY);

    @AfterEach
    void close() {
        model.close();
    }

    @Nested
    class Renders {

        @Test
        void threeByFourJpegWithoutMetadata() throws IOException {
            byte[] jpeg = jpeg(List.of(Samples.person(), Samples.sweater()));

            BufferedImage picture = Samples.decoded(jpeg);
            assertThat(picture.getWidth() * 4).isEqualTo(picture.getHeight() * 3);
            assertThat(picture.getHeight()).isGreaterThanOrEqualTo(1024);
            assertThat(new String(jpeg, StandardCharsets.ISO_8859_1)).doesNotContain("Exif", "http://ns.adobe.com");
        }

        @Test
        void theGarmentOnTheTorso() throws IOException {
            byte[] cloth =
                    Samples.encoded(Samples.plain(300, 320, BufferedImage.TYPE_INT_RGB, new Color(20, 200, 40)), "png");
            byte[] hemmed = Samples.encoded(transparentBorder(Samples.decoded(cloth)), "png");

            BufferedImage picture = picture(List.of(Samples.person(), hemmed));

            Placement placement = placement(hemmed);
            int green = 0;
            for (int y = -100; y < 100; y += 10) {
                for (int x = -100; x < 100; x += 10) {
                    Color pixel = new Color(picture.getRGB(placement.torsoX + x, placement.middleY + y));
                    green += pixel.getGreen() > 2 * pixel.getRed() && pixel.getGreen() > 2 * pixel.getBlue() ? 1 : 0;
                }
            }
            assertThat(green).isEqualTo(400);
        }

        @Test
        void theFaceUnchanged() throws IOException {
            byte[] garment = Samples.sweater();

            BufferedImage picture = picture(List.of(Samples.person(), garment));

            Placement placement = placement(garment);
            BufferedImage untouched = placement.frame.cut(read(Samples.person()));
            double difference = 0;
            int pixels = 0;
            int reach = (int) (0.45 * placement.face);
            for (int y = -reach; y < reach; y++) {
                for (int x = -reach; x < reach; x++) {
                    int row = placement.chin - (int) (0.6 * placement.face) + y;
                    difference += Math.abs(Plane.luma(picture.getRGB(placement.faceX + x, row))
                            - Plane.luma(untouched.getRGB(placement.faceX + x, row)));
                    pixels++;
                }
            }
            assertThat(difference / pixels).isLessThan(3);
        }

        /** The hole shows the orange suit: a little darker because of the shadow, and not green. */
        @Test
        void thePersonWhereTheGarmentIsTransparent() throws IOException {
            byte[] garment = Samples.encoded(Samples.greenClothWithHole(), "png");

            BufferedImage picture = picture(List.of(Samples.person(), garment));

            Placement placement = placement(garment);
            BufferedImage untouched = placement.frame.cut(read(Samples.person()));
            Color through = new Color(picture.getRGB(placement.torsoX, placement.middleY));
            Color before = new Color(untouched.getRGB(placement.torsoX, placement.middleY));
            assertThat(through.getRed()).isBetween(before.getRed() / 2, before.getRed() + 8);
            assertThat(through.getGreen()).isLessThanOrEqualTo(before.getGreen() + 8);
        }

        @Test
        void aGarmentWithoutThePlainWallBehindIt() throws IOException {
            BufferedImage photo = Samples.plain(400, 400, BufferedImage.TYPE_INT_RGB, new Color(245, 244, 240));
            var graphics = photo.createGraphics();
            graphics.setColor(new Color(20, 60, 200));
            graphics.fillRect(120, 60, 160, 260);
            graphics.dispose();

            BufferedImage cut = Cutout.of(read(Samples.encoded(photo, "jpeg")))
                    .orElseThrow()
                    .picture();

            assertThat(cut.getWidth()).isBetween(158, 166);
            assertThat(cut.getHeight()).isBetween(258, 266);
            assertThat(cut.getRGB(cut.getWidth() / 2, cut.getHeight() / 2) >>> 24)
                    .isEqualTo(255);
        }

        @Test
        void afterDetectingTheFace() throws IOException {
            Person person = Person.in(read(Samples.person())).orElseThrow();

            assertThat(person.faceX()).isBetween(210.0, 240.0);
            assertThat(person.chin()).isBetween(178.0, 202.0);
            assertThat(person.faceWidth()).isBetween(85.0, 130.0);
        }

        @Test
        void theSamePictureForTheSameBytes() throws IOException {
            List<byte[]> images = List.of(Samples.person(), Samples.sweater());

            assertThat(jpeg(images)).isEqualTo(jpeg(images));
        }

        @Test
        void everyAccessoryAlongTheLowerEdge() throws IOException {
            List<byte[]> images = new ArrayList<>(List.of(Samples.person(), Samples.sweater()));
            byte[] square = Samples.encoded(Samples.greenClothWithHole(), "png");
            images.addAll(Collections.nCopies(8, square));

            BufferedImage picture = picture(images);

            int changes = 0;
            boolean inside = false;
            for (int x = 0; x < Frame.WIDTH; x++) {
                Color pixel = new Color(picture.getRGB(x, Frame.HEIGHT - 26));
                boolean green = pixel.getGreen() > 2 * pixel.getRed() && pixel.getGreen() > 2 * pixel.getBlue();
                changes += green && !inside ? 1 : 0;
                inside = green;
            }
            assertThat(changes).isEqualTo(8);
        }

        @Test
        void photosOfAnyShapeAndColourModelOrRefusesThem() throws IOException {
            byte[] webp = Samples.webp("person");
            byte[] tall = Samples.encoded(Samples.plain(30, 900, BufferedImage.TYPE_BYTE_GRAY, Color.GRAY), "jpeg");
            byte[] wide = Samples.encoded(Samples.plain(900, 30, BufferedImage.TYPE_USHORT_GRAY, Color.PINK), "png");
            byte[] dot = Samples.encoded(Samples.plain(1, 1, BufferedImage.TYPE_INT_ARGB, Color.RED), "png");
            byte[] nothing = Samples.encoded(new BufferedImage(50, 50, BufferedImage.TYPE_INT_ARGB), "png");
            List<byte[]> odd = List.of(webp, tall, wide, dot, nothing, Samples.webp("t-shirt"));
            List<CompletableFuture<Outcome>> painted = new ArrayList<>();
            for (int i = 0; i < odd.size(); i++) {
                byte[] next = odd.get((i + 1) % odd.size());
                painted.add(
                        model.render(request(List.of(odd.get(i), next, next))).subscribeAsCompletionStage());
            }
            assertThat(painted).allSatisfy(outcome -> assertThat(outcome.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS))
                    .isInstanceOfAny(Picture.class, BadImage.class));
        }
    }

    @Nested
    class Fails {

        @Test
        void onAPhotoThatEndsBelowTheFace() throws IOException {
            byte[] closeUp = Samples.encoded(Samples.decoded(Samples.person()).getSubimage(130, 0, 200, 190), "png");
            assertThat(outcome(List.of(closeUp, Samples.sweater())))
                    .asInstanceOf(type(BadImage.class))
                    .extracting(BadImage::message)
                    .asString()
                    .startsWith("The first picture ends directly below the face.");
        }

        @Test
        void onAPictureWithoutAVisibleGarmentOrAccessory() throws IOException {
            byte[] white = Samples.encoded(Samples.plain(90, 90, BufferedImage.TYPE_INT_RGB, Color.WHITE), "jpeg");
            byte[] clear = Samples.encoded(new BufferedImage(50, 50, BufferedImage.TYPE_INT_ARGB), "png");
            for (byte[] nothing : List.of(white, clear)) {
                assertThat(outcome(List.of(Samples.person(), nothing)))
                        .asInstanceOf(type(BadImage.class))
                        .extracting(BadImage::message)
                        .asString()
                        .startsWith("The second picture shows nothing");
                assertThat(outcome(List.of(Samples.person(), Samples.sweater(), nothing)))
                        .asInstanceOf(type(BadImage.class))
                        .extracting(BadImage::message)
                        .asString()
                        .startsWith("The third picture shows nothing");
            }
        }

        @Test
        void onBytesThatAreNoImageAtAnyPosition() throws IOException {
            byte[] noise = "no image".getBytes(StandardCharsets.UTF_8);
            for (List<byte[]> images : List.of(
                    List.of(noise, Samples.sweater()),
                    List.of(Samples.person(), noise),
                    List.of(Samples.person(), Samples.sweater(), noise),
                    List.<byte[]>of())) {
                assertThat(outcome(images)).isInstanceOf(BadImage.class);
            }
        }

        @Test
        void withoutAPersonInTheFirstPicture() throws IOException {
            assertThat(outcome(List.of(Samples.sweater(), Samples.sweater())))
                    .asInstanceOf(type(BadImage.class))
                    .extracting(BadImage::message)
                    .asString()
                    .startsWith("No person was found in the first picture.");
        }

        /** Earlier versions accepted a create with one image, and such a session may still be queued. */
        @Test
        void withoutAPictureOfAGarment() throws IOException {
            assertThat(outcome(List.of(Samples.person())))
                    .asInstanceOf(type(BadImage.class))
                    .extracting(BadImage::message)
                    .isEqualTo("There is no picture of a garment. Please upload one.");
        }

        @Test
        void onAnImageThatIsTooLarge() throws IOException {
            assertThat(outcome(List.of(Samples.person(), Samples.pngDeclaring(30_000, 30_000))))
                    .asInstanceOf(type(BadImage.class))
                    .extracting(BadImage::why)
                    .isEqualTo("image 2: 30000 × 30000 pixels are too many");
        }
    }

    @Nested
    class Waits {

        @Test
        void neverOnTheEventLoop() throws Exception {
            Vertx vertx = Vertx.vertx();
            try {
                List<byte[]> images = List.of(Samples.person(), Samples.sweater());
                CompletableFuture<String> painter = new CompletableFuture<>();
                vertx.runOnContext(loop -> model.render(request(images))
                        .subscribe()
                        .with(
                                outcome ->
                                        painter.complete(Thread.currentThread().getName()),
                                painter::completeExceptionally));

                assertThat(painter.get(60, TimeUnit.SECONDS)).startsWith("image-model-");
            } finally {
                vertx.close();
            }
        }

        @Test
        void inABoundedQueue() throws IOException {
            LocalImageModel narrow = new LocalImageModel(1, 1, MEMORY);
            try {
                List<byte[]> images = List.of(Samples.person(), Samples.sweater());
                List<CompletableFuture<Outcome>> crowd = new ArrayList<>();
                for (int i = 0; i < 6; i++) {
                    crowd.add(narrow.render(request(images)).subscribeAsCompletionStage());
                }

                List<Outcome> outcomes =
                        crowd.stream().map(CompletableFuture::join).toList();

                assertThat(outcomes).filteredOn(Picture.class::isInstance).hasSize(2);
                assertThat(outcomes).filteredOn(Retryable.class::isInstance).hasSize(4);
            } finally {
                narrow.close();
            }
        }
    }

    /** The garment's position in the finished picture, in pixels. */
    private record Placement(Frame frame, int faceX, int chin, int face, int torsoX, int middleY) {}

    private static Placement placement(byte[] garment) throws IOException {
        BufferedImage portrait = read(Samples.person());
        Person person = Person.in(portrait).orElseThrow();
        Fit fit = Fit.of(Cutout.of(read(garment)).orElseThrow(), portrait, person, GarmentType.UPPER);
        Frame frame = Frame.around(portrait, person, fit.bottom() + 0.2 * person.faceWidth());
        return new Placement(
                frame,
                (int) frame.toX(person.faceX()),
                (int) frame.toY(person.chin()),
                (int) (person.faceWidth() * frame.scale()),
                (int) frame.toX(person.torsoX()),
                (int) frame.toY((fit.top() + fit.bottom()) / 2));
    }

    private static BufferedImage transparentBorder(BufferedImage cloth) {
        BufferedImage bordered =
                new BufferedImage(cloth.getWidth() + 40, cloth.getHeight() + 40, BufferedImage.TYPE_INT_ARGB);
        bordered.getGraphics().drawImage(cloth, 20, 20, null);
        return bordered;
    }

    private static BufferedImage read(byte[] bytes) {
        return assertThat(PhotoReader.read(bytes, Composition.MAX_PHOTO_SIDE))
                .asInstanceOf(type(PhotoReader.Result.Readable.class))
                .actual()
                .photo();
    }

    private BufferedImage picture(List<byte[]> images) throws IOException {
        return Samples.decoded(jpeg(images));
    }

    private byte[] jpeg(List<byte[]> images) {
        return assertThat(outcome(images))
                .asInstanceOf(type(Picture.class))
                .actual()
                .jpeg();
    }

    private Outcome outcome(List<byte[]> images) {
        return model.render(request(images)).await().atMost(TIMEOUT);
    }

    private static Request request(List<byte[]> images) {
        return new Request(UUID.randomUUID(), images, "a preview, please", Optional.empty());
    }
}
