package dev.wearon.egress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.egress.EgressGuard.Destination;
import dev.wearon.egress.EgressGuard.Refused;
import dev.wearon.egress.EgressGuard.Resolved;
import dev.wearon.egress.EgressGuard.Target;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EgressGuardTest {

    private static final String PUBLIC = "93.184.215.14";

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static EgressGuard guard(Set<String> trusted, String... addresses) {
        List<InetAddress> resolved =
                Arrays.stream(addresses).map(EgressGuardTest::address).toList();
        return new EgressGuard(host -> Uni.createFrom().item(resolved), trusted);
    }

    private static Resolved resolve(EgressGuard guard, String url) {
        return guard.resolve((Target) guard.parse(url)).await().indefinitely();
    }

    @ParameterizedTest
    @CsvSource({
        "https://cdn.shopify.com/a.jpg, cdn.shopify.com, 443, /a.jpg",
        "HTTPS://CDN.Shopify.com:443/a.jpg?v=1&w=%20#x, cdn.shopify.com, 443, /a.jpg?v=1&w=%20",
        "https://cdn.shopify.com, cdn.shopify.com, 443, /",
        "https://cdn.shopify.com?v=1, cdn.shopify.com, 443, /?v=1",
        "https://xn--bcher-kva.example/a/../b, xn--bcher-kva.example, 443, /a/../b",
        "https://images/a, images, 443, /a"
    })
    void readsAUrlWithAName(String url, String host, int port, String path) {
        assertThat(guard(Set.of()).parse(url)).isEqualTo(new Target(host, port, true, path, false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "cdn.shopify.com/a.jpg",
                "//cdn.shopify.com/a.jpg",
                "ftp://cdn.shopify.com/a.jpg",
                "file:///etc/passwd",
                "https:cdn.shopify.com",
                "https:///a.jpg",
                "https://user@cdn.shopify.com/a.jpg",
                "https://user:secret@cdn.shopify.com/a.jpg",
                "https://@cdn.shopify.com/a.jpg",
                "http://cdn.shopify.com/a.jpg",
                "http://cdn.shopify.com:443/a.jpg",
                "https://cdn.shopify.com:80/a.jpg",
                "https://cdn.shopify.com:8443/a.jpg",
                "https://cdn.shopify.com:0/a.jpg",
                "https://cdn.shopify.com./a.jpg",
                "https://cdn..shopify.com/a.jpg",
                "https://-cdn.shopify.com/a.jpg",
                "https://cdn_1.shopify.com/a.jpg",
                "https://bücher.example/a.jpg",
                "https://cdn.shopify.com\\@169.254.169.254/a.jpg",
                "https://cdn.shopify.com/a b.jpg",
                "https://cdn.shopify.com/a\r\nHost: x",
                "https://127.0.0.1/a.jpg",
                "https://127.1/a.jpg",
                "https://2130706433/a.jpg",
                "https://0x7f000001/a.jpg",
                "https://0x7f.1/a.jpg",
                "https://0177.0.0.1/a.jpg",
                "https://93.184.215.14/a.jpg",
                "https://[::1]/a.jpg",
                "https://[::ffff:169.254.169.254]/a.jpg",
                "https://[2606:4700::1]/a.jpg"
            })
    void refusesEveryOtherUrl(String url) {
        assertThat(guard(Set.of()).parse(url)).isInstanceOf(Refused.class);
    }

    @Test
    void refusesALongUrl() {
        String longest = "https://cdn.shopify.com/" + "a".repeat(2_048 - 24);
        assertThat(guard(Set.of()).parse(longest)).isInstanceOf(Target.class);
        assertThat(guard(Set.of()).parse(longest + "a")).isInstanceOf(Refused.class);
    }

    /** The first and the last address of each denied range. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "0.255.255.255",
                "10.0.0.0",
                "10.255.255.255",
                "100.64.0.0",
                "100.127.255.255",
                "127.0.0.0",
                "127.255.255.255",
                "169.254.0.0",
                "169.254.169.254",
                "169.254.255.255",
                "172.16.0.0",
                "172.31.255.255",
                "192.0.0.0",
                "192.0.0.255",
                "192.0.2.0",
                "192.0.2.255",
                "192.88.99.0",
                "192.88.99.255",
                "192.168.0.0",
                "192.168.255.255",
                "198.18.0.0",
                "198.19.255.255",
                "198.51.100.0",
                "198.51.100.255",
                "203.0.113.0",
                "203.0.113.255",
                "224.0.0.0",
                "239.255.255.255",
                "240.0.0.0",
                "255.255.255.255",
                "::",
                "::1",
                "::7f00:1",
                "::ffff:ffff",
                "::ffff:0:a9fe:a9fe",
                "1fff::",
                "2001:20::1",
                "3fff::1",
                "4000::",
                "5f00::1",
                "64:ff9b::",
                "64:ff9b::a9fe:a9fe",
                "64:ff9b::ffff:ffff",
                "64:ff9b:1::",
                "64:ff9b:1:ffff:ffff:ffff:ffff:ffff",
                "100::",
                "100::ffff:ffff:ffff:ffff",
                "2001::",
                "2001:0:ffff:ffff:ffff:ffff:ffff:ffff",
                "2001:db8::",
                "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
                "2002::",
                "2002:7f00:1::",
                "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                "fc00::",
                "fd00:ec2::254",
                "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                "fe80::",
                "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                "fec0::",
                "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                "ff00::",
                "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                "::ffff:10.0.0.1",
                "::ffff:169.254.169.254"
            })
    void refusesAHostWithAPrivateAddress(String address) {
        for (EgressGuard guard :
                List.of(guard(Set.of(), address), guard(Set.of(), PUBLIC, address), guard(Set.of(), address, PUBLIC))) {
            assertThat(resolve(guard, "https://cdn.shopify.com/a.jpg")).isInstanceOf(Refused.class);
        }
    }

    /** The neighbours of the denied ranges. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.0.0.0",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.0",
                "169.253.255.255",
                "169.255.0.0",
                "172.15.255.255",
                "172.32.0.0",
                "191.255.255.255",
                "192.0.1.0",
                "192.0.3.0",
                "192.167.255.255",
                "192.169.0.0",
                "198.17.255.255",
                "198.20.0.0",
                "223.255.255.255",
                "2000::",
                "2001:200::",
                "2001:db7::",
                "2001:db9::",
                "2003::",
                "2606:4700::1",
                "3ffe::",
                "3fff:1000::",
                "::ffff:93.184.215.14"
            })
    void acceptsTheNeighboursOfPrivateAddresses(String address) {
        assertThat(resolve(guard(Set.of(), address), "https://cdn.shopify.com/a.jpg"))
                .isInstanceOfSatisfying(
                        Destination.class, found -> assertThat(found.address()).isEqualTo(address(address)));
    }

    /** A mapped address that was not made from a text. */
    @Test
    void refusesAMappedPrivateAddressInItsLongForm() throws Exception {
        byte[] mapped = new byte[16];
        mapped[10] = -1;
        mapped[11] = -1;
        mapped[12] = 127;
        mapped[15] = 1;
        assertThat(PublicAddresses.isPublic(java.net.Inet6Address.getByAddress(null, mapped, -1)))
                .isFalse();
    }

    @Test
    void refusesAHostWithoutAddresses() {
        assertThat(resolve(guard(Set.of()), "https://cdn.shopify.com/a.jpg")).isInstanceOf(Refused.class);
        var unknown = new EgressGuard(host -> Uni.createFrom().failure(new UnknownHostException(host)), Set.of());
        assertThat(resolve(unknown, "https://cdn.shopify.com/a.jpg"))
                .isEqualTo(new Refused("has a host that does not exist"));
    }

    /** Then other work does not wait for look-ups either. */
    @Test
    void looksUpWhileAllOtherThreadsAreTaken() throws Exception {
        Vertx vertx = Vertx.vertx(new VertxOptions().setWorkerPoolSize(1));
        CountDownLatch end = new CountDownLatch(1);
        try {
            vertx.executeBlocking(() -> end.await(1, TimeUnit.MINUTES));
            EgressGuard guard = new EgressGuard(vertx, Set.of());
            Target local = new Target("localhost", 443, true, "/", false);
            assertThat(guard.resolve(local).await().atMost(Duration.ofSeconds(10)))
                    .isEqualTo(new Refused("has a host that is not in the public internet"));
        } finally {
            end.countDown();
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void exceptsOnlyTheHostsAndPortsOfTheOperator() {
        EgressGuard guard = guard(Set.of("images.internal:8080", "127.0.0.1:8081"), "10.0.0.7");
        assertThat(resolve(guard, "http://images.internal:8080/a.jpg"))
                .isEqualTo(new Destination(
                        new Target("images.internal", 8080, false, "/a.jpg", true), address("10.0.0.7")));
        assertThat(resolve(guard, "https://IMAGES.internal:8080/a.jpg")).isInstanceOf(Destination.class);
        assertThat(guard.parse("http://127.0.0.1:8081/a.jpg")).isInstanceOf(Target.class);

        assertThat(resolve(guard, "https://images.internal/a.jpg")).isInstanceOf(Refused.class);
        for (String url : List.of(
                "http://images.internal/a.jpg",
                "http://images.internal:8081/a.jpg",
                "http://other.internal:8080/a.jpg",
                "http://x@images.internal:8080/a.jpg",
                "http://127.0.0.1:8080/a.jpg")) {
            assertThat(guard.parse(url)).as(url).isInstanceOf(Refused.class);
        }
    }

    @Test
    void namesTheSameUrlTheSame() {
        EgressGuard guard = guard(Set.of());
        assertThat(((Target) guard.parse("HTTPS://CDN.shopify.com/A?v=1#x")).canonical())
                .isEqualTo(((Target) guard.parse("https://cdn.shopify.com:443/A?v=1")).canonical())
                .isNotEqualTo(((Target) guard.parse("https://cdn.shopify.com/a?v=1")).canonical());
        assertThat(guard.parse("https://cdn.shopify.com/secret")).asString().doesNotContain("secret");
    }
}
