package dev.wearon.bench.gateway;

import dev.wearon.processes.Ports;
import dev.wearon.processes.Program;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The nginx of this system, as a reference. It keeps connections open and writes an access log.
 *
 * @param program the executable
 * @param folder its own, for configuration and logs
 * @param site what it serves, as text of the configuration
 */
public record Nginx(Path program, Path folder, int port, String site) implements Program {

    /** {@code user}: workers of a root's nginx would be {@code nobody}, who may not read the folder; others ignore it. */
    private static final String CONFIGURATION = """
            daemon off;
            user %s;
            worker_processes auto;
            pid nginx.pid;
            error_log stderr;
            events { worker_connections 1024; }
            http {
                access_log access.log;
                client_body_temp_path client_body;
                proxy_temp_path proxy;
                fastcgi_temp_path fastcgi;
                uwsgi_temp_path uwsgi;
                scgi_temp_path scgi;
                # So that it never closes a connection of the load.
                keepalive_requests 1000000000;
            %s}
            """;

    private static final String PROXY = """
                upstream service {
                    server 127.0.0.1:%d;
                    keepalive 128;
                    keepalive_requests 1000000000;
                }
                server {
                    listen 127.0.0.1:%d;
                    location / {
                        proxy_pass http://service;
                        proxy_http_version 1.1;
                        proxy_set_header Connection "";
                    }
                }
            """;

    private static final String FILES = """
                sendfile on;
                tcp_nopush on;
                client_max_body_size 20m;
                server {
                    listen 127.0.0.1:%d;
                    root %s;
                    default_type image/jpeg;
                    dav_methods PUT;
                }
            """;

    /** A plain reverse proxy: what it costs to pass a request on without any check. */
    static Nginx proxy(Path program, Path parent, int port, int upstreamPort) {
        return new Nginx(program, parent.resolve("nginx"), port, PROXY.formatted(upstreamPort, port));
    }

    /** Serves the files of a folder and takes new ones. */
    public static Nginx files(Path program, Path parent, int port, Path files) {
        String quoted = '"' + files.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
        return new Nginx(program, parent.resolve("nginx"), port, FILES.formatted(port, quoted));
    }

    /** The executable, or a note; systems put it where the path of most users does not lead. */
    public static Optional<Path> installed(PrintWriter out) {
        String path = System.getenv().getOrDefault("PATH", "");
        Optional<Path> found = Stream.concat(
                        Arrays.stream(path.split(File.pathSeparator)), Stream.of("/usr/sbin", "/usr/local/sbin"))
                .map(folder -> Path.of(folder, "nginx"))
                .filter(Files::isExecutable)
                .findFirst();
        if (found.isEmpty()) {
            out.println("There is no nginx on the PATH: nothing is compared with it.");
        }
        return found;
    }

    @Override
    public String name() {
        return "nginx";
    }

    @Override
    public void prepare() throws IOException {
        Files.createDirectories(folder);
        Files.writeString(configuration(), CONFIGURATION.formatted(System.getProperty("user.name"), site));
    }

    @Override
    public ProcessBuilder command() {
        return new ProcessBuilder(
                program.toString(),
                "-p",
                folder.toString(),
                "-c",
                configuration().toString(),
                "-e",
                "stderr");
    }

    @Override
    public boolean isReady() {
        return Ports.answers("127.0.0.1", port);
    }

    @Override
    public void requestStop(ProcessHandle process) {
        process.destroy();
    }

    private Path configuration() {
        return folder.resolve("nginx.conf");
    }
}
