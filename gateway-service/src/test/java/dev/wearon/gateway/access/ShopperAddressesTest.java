package dev.wearon.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShopperAddressesTest {

    private final ShopperAddresses addresses = new ShopperAddresses(2);

    private Optional<String> of(String... headers) {
        MultiMap all = MultiMap.caseInsensitiveMultiMap();
        for (String header : headers) {
            all.add("x-forwarded-for", header);
        }
        return addresses.of(all);
    }

    @Test
    void takesTheEntryThatTheProxiesAppended() {
        assertThat(of("203.0.113.7, 192.0.2.1")).contains("cb007107");
        assertThat(of("10.0.0.1,garbage, 203.0.113.7 ,192.0.2.1")).contains("cb007107");
        assertThat(of("10.0.0.1, 203.0.113.7", "192.0.2.1")).contains("cb007107");
    }

    @Test
    void takesTheNetworkOfAnIpv6Address() {
        assertThat(of("2001:db8:1:2:aaaa::1, 192.0.2.1"))
                .isEqualTo(of("2001:db8:1:2:bbbb:cccc:dddd:eeee, 192.0.2.1"))
                .contains("20010db800010002");
        assertThat(of("2001:db8:1:3::1, 192.0.2.1")).contains("20010db800010003");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "203.0.113.7", "unknown, 192.0.2.1", "203.0.113, 192.0.2.1", ", 192.0.2.1"})
    void knowsNoAddressOtherwise(String header) {
        assertThat(of(header)).isEmpty();
    }

    @Test
    void needsNoHeader() {
        assertThat(of()).isEmpty();
    }
}
