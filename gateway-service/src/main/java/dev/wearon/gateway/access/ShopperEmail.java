package dev.wearon.gateway.access;

import dev.wearon.gateway.routing.RoutingTable;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The shopper that a merchant's server names in {@link RoutingTable#SHOPPER_EMAIL}. */
final class ShopperEmail {

    private static final int LONGEST = 254;
    private static final Pattern USABLE = Pattern.compile(
            "[^\\s\\p{Cntrl}@]+@[^\\s\\p{Cntrl}@]+\\.[^\\s\\p{Cntrl}@]+", Pattern.UNICODE_CHARACTER_CLASS);
    private static final char REPLACEMENT = '\ufffd';

    private ShopperEmail() {}

    /** The {@link #normalised} address of a request. */
    static Optional<String> of(HttpServerRequest request) {
        return normalised(request.headers().getAll(RoutingTable.SHOPPER_EMAIL));
    }

    /**
     * Trims the address, converts it to lower case and to Unicode's composed form, so that a shopper has one wallet for every
     * spelling. Ignores an unusable address.
     *
     * @param offered all such headers of the request; two or more count as none
     */
    static Optional<String> normalised(List<String> offered) {
        if (offered.size() != 1) {
            return Optional.empty();
        }
        // HTTP headers have one character per byte; addresses beyond ASCII are UTF-8.
        String text = new String(offered.getFirst().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        String email = Normalizer.normalize(text.strip().toLowerCase(Locale.ROOT), Normalizer.Form.NFC);
        boolean usable = email.length() <= LONGEST
                && email.indexOf(REPLACEMENT) < 0
                && USABLE.matcher(email).matches();
        return usable ? Optional.of(email) : Optional.empty();
    }
}
