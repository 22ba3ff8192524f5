package dev.wearon.local.bench;

import dev.wearon.local.servers.Ports;
import dev.wearon.local.servers.Program;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A plain reverse proxy: what passing a request on costs without asking who it is from. It keeps its connections, to both
 * sides, and an access log.
 *
 * @param program the executable
 * @param folder its own, for configuration and logs; must exist
 */
record Nginx(Path program, Path folder, int port, int upstreamPort) implements Program {

    private static final String CONFIGURATION = """
            daemon off;
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
            }
            """;

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
        Files.writeString(configuration(), CONFIGURATION.formatted(upstreamPort, port));
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
