package dev.wearon.storage.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.wearon.storage.backends.Blob;
import dev.wearon.storage.backends.NoSpace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobFolderTest {

    private static final String BLOB = "a-blob-0f";

    @TempDir
    Path dir;

    @Test
    void showsABlobOnlyWhenItIsComplete() throws IOException {
        try (BlobFolder folder = BlobFolder.open(dir)) {
            Draft draft = folder.draft(BLOB);
            draft.append(ByteBuffer.wrap(new byte[] {1, 2}));
            assertThat(folder.find(BLOB)).isEmpty();
            draft.append(ByteBuffer.wrap(new byte[] {3}));
            draft.publish(3);
            assertThat(folder.find(BLOB).map(BlobFolderTest::content)).contains(new byte[] {1, 2, 3});
            folder.delete(BLOB);
            assertThat(folder.find(BLOB)).isEmpty();
            assertThatCode(() -> folder.delete(BLOB)).doesNotThrowAnyException();
        }
    }

    @Test
    void keepsNothingOfADiscardedDraft() throws IOException {
        try (BlobFolder folder = BlobFolder.open(dir)) {
            Draft draft = folder.draft(BLOB);
            draft.append(ByteBuffer.wrap(new byte[] {1, 2}));
            draft.discard();
            assertThat(files()).containsExactly(dir.resolve("lock"));
        }
    }

    @Test
    void removesUnfinishedBlobsAtTheNextStart() throws IOException {
        try (BlobFolder folder = BlobFolder.open(dir)) {
            Draft whole = folder.draft(BLOB);
            whole.append(ByteBuffer.wrap(new byte[] {1}));
            whole.publish(1);
            // After a crash a draft is neither published nor discarded.
            folder.draft("cut-off-0f").append(ByteBuffer.wrap(new byte[] {1}));
        }
        try (BlobFolder folder = BlobFolder.open(dir)) {
            assertThat(folder.find(BLOB)).isPresent();
            assertThat(dir.resolve("incoming")).isEmptyDirectory();
        }
    }

    @Test
    void failsOnAnUnreadableBlobInsteadOfReportingItMissing() throws IOException {
        try (BlobFolder folder = BlobFolder.open(dir)) {
            Path shard = dir.resolve("blobs").resolve("0f");
            Files.delete(shard);
            // A link to itself simulates a failing disk, because it cannot be read.
            Files.createSymbolicLink(shard, shard);
            assertThatThrownBy(() -> folder.find(BLOB)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void allowsOneProcessAtATime() throws IOException {
        BlobFolder first = BlobFolder.open(dir);
        assertThatThrownBy(() -> BlobFolder.open(dir)).hasMessageContaining("another process");
        first.close();
        BlobFolder.open(dir).close();
    }

    @Test
    void namesTheVariableThatDoesNotNameAFolder() throws IOException {
        assertThatThrownBy(() -> new Filesystem(null, Optional::empty)).hasMessageContaining("WEARON_STORAGE_DATA_DIR");
        Path file = Files.createFile(dir.resolve("a-file"));
        assertThatThrownBy(() -> new Filesystem(null, () -> Optional.of(file)))
                .hasMessageContaining("WEARON_STORAGE_DATA_DIR");
    }

    @Test
    void reportsAFullDiskAndLeavesNothing() throws Exception {
        Path small = Files.createDirectory(dir.resolve("small"));
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small.toString()), "needs to mount a disk");
        try (BlobFolder folder = BlobFolder.open(small)) {
            Draft draft = folder.draft(BLOB);
            assertThatThrownBy(() -> draft.append(ByteBuffer.wrap(new byte[2 << 20])))
                    .isInstanceOf(NoSpace.class);
            draft.discard();
            assertThat(small.resolve("incoming")).isEmptyDirectory();
            assertThatCode(folder::probe).doesNotThrowAnyException();
        } finally {
            run("umount", small.toString());
        }
    }

    @Test
    void listsBlobsOfAllSubfoldersInPages() throws IOException {
        try (BlobFolder folder = BlobFolder.open(dir)) {
            for (String blob : List.of("a-00", "b-00", "c-00", "d-7f", "e-ff")) {
                Draft draft = folder.draft(blob);
                draft.append(ByteBuffer.wrap(new byte[] {1}));
                draft.publish(1);
            }
            folder.draft("unfinished-00").append(ByteBuffer.wrap(new byte[] {1}));
            try (Listing listing = folder.list()) {
                List<Blob> listed = new ArrayList<>();
                for (List<Blob> page = listing.next(2); !page.isEmpty(); page = listing.next(2)) {
                    assertThat(page).hasSizeLessThanOrEqualTo(2);
                    listed.addAll(page);
                }
                assertThat(listed)
                        .extracting(Blob::name)
                        .containsExactlyInAnyOrder("a-00", "b-00", "c-00", "d-7f", "e-ff");
            }
        }
    }

    private Stream<Path> files() throws IOException {
        return Files.walk(dir).filter(Files::isRegularFile);
    }

    private static byte[] content(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    private static boolean run(String... command) throws Exception {
        return new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }
}
