package dev.wearon.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** To one server, one for each client. */
final class Connections implements AutoCloseable {

    private final List<ImageConnection> open = new ArrayList<>();

    Connections(int port, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            open.add(new ImageConnection(port));
        }
    }

    /** What a client does with its connection. */
    @FunctionalInterface
    interface Call {
        void make(ImageConnection connection, int number) throws IOException;
    }

    List<Crowd.Client> clients(Call call) {
        return open.stream()
                .<Crowd.Client>map(connection -> number -> call.make(connection, number))
                .toList();
    }

    @Override
    public void close() throws IOException {
        for (ImageConnection connection : open) {
            connection.close();
        }
    }
}
