package dev.wearon.bench;

import dev.wearon.processes.Ports;
import dev.wearon.processes.Program;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What else is on every system, to be compared with. It keeps its connections, and an access log.
 *
 * @param program the executable
 * @param folder its own, for configuration and logs; must exist
 * @param site what it serves, as it stands in the configuration
 */
record Nginx(Path program, Path folder, int port, String site) implements Program {

    /** Started by root, its workers would be nobody, who may not look into a folder of root's; else {@code user} is unused. */
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
                # Never closes a connection of the load by itself.
                keepalive_requests 1000000000;
            %s}
            """;

    private static final String PROXY = """
                upstream service {
                    server 127.0.0.1:%d;
                    keepalive 64;
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
                    %s
                }
            """;

    /** A plain reverse proxy: what passing a request on costs without asking who it is from. */
    static Nginx proxy(Path program, Path folder, int port, int upstreamPort) {
        return new Nginx(program, folder, port, PROXY.formatted(upstreamPort, port));
    }

    /** Serves the files of a folder, and takes new ones if it {@link #takesFiles}. */
    static Nginx files(Path program, Path folder, int port, Path files) throws IOException {
        String quoted = '"' + files.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
        return new Nginx(
                program, folder, port, FILES.formatted(port, quoted, takesFiles(program) ? "dav_methods PUT;" : ""));
    }

    /** Whether it was built to, and not with a module that would have to be loaded first. */
    static boolean takesFiles(Path program) throws IOException {
        Process version = new ProcessBuilder(program.toString(), "-V")
                .redirectErrorStream(true)
                .start();
        return List.of(new String(version.getInputStream().readAllBytes(), StandardCharsets.UTF_8).split("\\s+"))
                .contains("--with-http_dav_module");
    }

    /** Where the executable is, if anywhere; most users' path leaves out where systems put it. */
    static Optional<Path> installed() {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.concat(Arrays.stream(path.split(File.pathSeparator)), Stream.of("/usr/sbin", "/usr/local/sbin"))
                .map(folder -> Path.of(folder, "nginx"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    @Override
    public String name() {
        return "nginx";
    }

    @Override
    public void prepare() throws IOException {
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
