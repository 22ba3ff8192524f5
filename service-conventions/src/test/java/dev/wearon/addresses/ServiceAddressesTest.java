package dev.wearon.addresses;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.addresses.ServiceAddresses.Address;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.ProcessingException;
import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ServiceAddressesTest {

    private static final String A = "http://a.example:8081";
    private static final String B = "http://b.example:8081";
    private static final String C = "https://c.example";

    private final Map<String, Integer> opened = new HashMap<>();

    private static ServiceAddresses addresses(String... urls) {
        return new ServiceAddresses(Stream.of(urls).map(URI::create).toList());
    }

    private Uni<String> open(Address address, List<String> down, Throwable fault) {
        String url = address.url().toString();
        opened.merge(url, 1, Integer::sum);
        return down.contains(url)
                ? Uni.createFrom().failure(fault)
                : Uni.createFrom().item(url);
    }

    /** The URL that answered, or the failure. */
    private Object call(ServiceAddresses addresses, String... down) {
        return call(addresses, new ConnectException(), down);
    }

    private Object call(ServiceAddresses addresses, Throwable fault, String... down) {
        return addresses
                .call(address -> open(address, List.of(down), fault))
                .<Object>map(url -> url)
                .onFailure()
                .recoverWithItem(failure -> failure)
                .await()
                .atMost(Duration.ofSeconds(20));
    }

    @Test
    void eachGetsTheSameNumberOfCalls() {
        ServiceAddresses three = addresses(A, B, C);
        for (int call = 0; call < 300; call++) {
            assertThat(call(three)).isInstanceOf(String.class);
        }
        assertThat(opened).isEqualTo(Map.of(A, 100, B, 100, C, 100));
    }

    @Test
    void oneThatRefusesIsAvoidedAndNoCallFails() {
        ServiceAddresses three = addresses(A, B, C);
        for (int call = 0; call < 100; call++) {
            assertThat(call(three, B)).isInstanceOf(String.class);
        }
        assertThat(opened.get(B)).isEqualTo(1);
    }

    @Test
    void ifAllRefuseTheyAreStillCalled() {
        ServiceAddresses two = addresses(A, B);
        for (int call = 0; call < 10; call++) {
            assertThat(call(two, A, B)).isInstanceOf(ConnectException.class);
        }
        assertThat(call(two)).isInstanceOf(String.class);
    }

    @Test
    void theOnlyAddressIsTriedOnce() {
        assertThat(call(addresses(A), A)).isInstanceOf(ConnectException.class);
        assertThat(opened).isEqualTo(Map.of(A, 1));
    }

    /** Its outcome may be unknown, or its pool is full. */
    @Test
    void anotherFailureIsNotRepeated() {
        assertThat(call(addresses(A, B), new TimeoutException(), A, B)).isInstanceOf(TimeoutException.class);
        assertThat(opened.values()).containsExactly(1);
    }

    /** The REST client wraps the failure of a connection. */
    @Test
    void aWrappedRefusalIsOne() {
        assertThat(call(addresses(A, B), new ProcessingException(new ConnectException()), A))
                .isEqualTo(B);
    }

    @Test
    void theSchemeSaysThePort() {
        assertThat(addresses(C).next().port()).isEqualTo(443);
        assertThat(addresses(C).next().isTls()).isTrue();
        assertThat(addresses("http://c.example").next().port()).isEqualTo(80);
        assertThat(addresses(A).next().port()).isEqualTo(8081);
    }
}
