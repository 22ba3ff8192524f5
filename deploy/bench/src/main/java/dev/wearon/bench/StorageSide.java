package dev.wearon.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Who keeps images and gives them back.
 *
 * @param name for the table
 * @param takesUploads or else images are only laid into its folder
 * @param folder where the images lie, directly or deeper
 * @param processes whose processor time a call costs
 */
record StorageSide(
        String name, int port, boolean takesUploads, Path folder, List<ProcessHandle> processes, Places places) {

    static final String STORAGE = "storage";
    static final String NGINX = "nginx";

    /** Where one image can be put once and then be got, as it stands in a request's first line. */
    record Place(String put, String get) {}

    /** Names new places. */
    @FunctionalInterface
    interface Places {
        List<Place> next(int count) throws IOException;
    }

    /** Puts an image to so many places, or lays it there. */
    List<Place> keep(Photo photo, int count) throws IOException {
        List<Place> kept = places.next(count);
        if (takesUploads) {
            try (ImageConnection connection = new ImageConnection(port)) {
                for (Place place : kept) {
                    connection.put(place.put(), photo);
                }
            }
        } else {
            for (Place place : kept) {
                Files.write(folder.resolve(place.get().substring(1)), photo.bytes());
            }
        }
        return kept;
    }

    /** Removes all bytes that it keeps; nobody will ask for them again. */
    void empty() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }
    }
}
