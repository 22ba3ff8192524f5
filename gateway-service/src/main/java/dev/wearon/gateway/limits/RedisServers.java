package dev.wearon.gateway.limits;

import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Where Redis is: one server, or Sentinels that know the primary. */
@Singleton
final class RedisServers {

    private final List<String> urls;
    private final Optional<String> sentinelMaster;
    private final Optional<String> ca;

    /**
     * @param urls of one server, or of Sentinels
     * @param sentinelMaster the name under which the Sentinels know the primary
     * @param ca a file with certificates of authorities; with it, connections use TLS and check the server's name
     */
    @Inject
    RedisServers(
            @ConfigProperty(name = "wearon.redis.url") List<String> urls,
            @ConfigProperty(name = "wearon.redis.sentinel-master") Optional<String> sentinelMaster,
            @ConfigProperty(name = "wearon.redis.ca") Optional<String> ca) {
        this.urls = urls;
        this.sentinelMaster = sentinelMaster;
        this.ca = ca;
    }

    /** One server without TLS. */
    RedisServers(String url) {
        this(List.of(url), Optional.empty(), Optional.empty());
    }

    /** Options that a client may change. */
    RedisOptions options() {
        RedisOptions options = new RedisOptions().setEndpoints(urls);
        sentinelMaster.ifPresent(
                name -> options.setType(RedisClientType.SENTINEL).setMasterName(name));
        ca.ifPresent(file -> options.setNetClientOptions(new NetClientOptions(options.getNetClientOptions())
                .setSsl(true)
                .setTrustOptions(new PemTrustOptions().addCertPath(file))
                .setHostnameVerificationAlgorithm("HTTPS")));
        return options;
    }
}
