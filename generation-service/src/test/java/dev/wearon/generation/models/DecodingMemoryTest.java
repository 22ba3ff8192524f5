package dev.wearon.generation.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.generation.models.ImageModel.Outcome;
import dev.wearon.generation.models.ImageModel.Request;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.FileImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The memory that all paintings of a process take together, measured in a process of its own. */
class DecodingMemoryTest {

    /** Of each photo, 3 bytes for each of 24 million pixels. */
    private static final int PHOTO_MB = 72;

    private static final int THREADS = 4;
    private static final int HEAP_MB = 160;

    /** Enough for one of the photos, not for two. */
    private static final long MODEL_MB = 180;

    /** What a JVM takes that decodes baseline JPEGs, beside its heap. */
    private static final int JVM_MB = 120;

    @TempDir
    private Path folder;

    @Test
    @EnabledOnOs(OS.LINUX)
    void isBoundedByTheModelAlsoOutsideOfTheHeap() throws Exception {
        Path photo = folder.resolve("photo.jpg");
        writeProgressive(Samples.plain(4900, 4900, BufferedImage.TYPE_INT_RGB, Color.ORANGE), photo);

        int peakMb = peakMbOfDecoding(photo);

        assertThat(peakMb).isBetween(PHOTO_MB, HEAP_MB + JVM_MB + PHOTO_MB);
    }

    private static void writeProgressive(BufferedImage picture, Path file) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        try (FileImageOutputStream out = new FileImageOutputStream(file.toFile())) {
            ImageWriteParam settings = writer.getDefaultWriteParam();
            settings.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
            writer.setOutput(out);
            writer.write(null, new IIOImage(picture, null, null), settings);
        } finally {
            writer.dispose();
        }
    }

    private static int peakMbOfDecoding(Path photo) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xmx" + HEAP_MB + "m",
                        "-XX:TieredStopAtLevel=1",
                        "-Djava.awt.headless=true",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        DecodingMemoryTest.class.getName(),
                        photo.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return Integer.parseInt(output.strip());
    }

    /** Paints the photo in several threads, and prints the most memory that this process had, in MiB. */
    public static void main(String[] arguments) throws Exception {
        List<byte[]> images = List.of(Files.readAllBytes(Path.of(arguments[0])), Samples.sweater());
        LocalImageModel model = new LocalImageModel(THREADS, THREADS, MODEL_MB << 20);
        List<CompletableFuture<Outcome>> paintings = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            paintings.add(model.render(new Request(UUID.randomUUID(), images, "", Optional.empty()))
                    .subscribeAsCompletionStage());
        }
        for (CompletableFuture<Outcome> painting : paintings) {
            // It was decoded: the person is searched in the pixels.
            if (!(painting.get() instanceof Outcome.BadImage refused)
                    || !refused.why().equals("image 1: no face was found")) {
                throw new IllegalStateException(painting.get().toString());
            }
        }
        String peak = Files.readString(Path.of("/proc/self/status")).replaceAll("(?s).*VmHWM:\\s*(\\d+) kB.*", "$1");
        System.out.println(Integer.parseInt(peak) / 1024);
    }
}
