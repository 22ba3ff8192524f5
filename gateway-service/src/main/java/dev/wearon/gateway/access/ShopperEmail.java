package dev.wearon.gateway.access;

import dev.wearon.gateway.routing.RoutingTable;
import dev.wearon.http.Problem;
import dev.wearon.identity.InvisibleCharacters;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The e-mail address by which a merchant's server names a shopper, mostly in {@link RoutingTable#SHOPPER_EMAIL}. */
public final class ShopperEmail {

    private static final int LONGEST = 254;
    private static final Pattern USABLE = Pattern.compile(
            "[^\\s\\p{Cntrl}@]+@[^\\s\\p{Cntrl}@]+\\.[^\\s\\p{Cntrl}@]+", Pattern.UNICODE_CHARACTER_CLASS);
    private static final char REPLACEMENT = '\ufffd';

    private ShopperEmail() {}

    /** The {@link #normalised} address of a request. */
    static Optional<String> of(HttpServerRequest request) {
        return normalised(request.headers().getAll(RoutingTable.SHOPPER_EMAIL));
    }

    /** @param offered all such headers of the request; two or more count as none */
    static Optional<String> normalised(List<String> offered) {
        return offered.size() == 1 ? normalised(decoded(offered.getFirst())) : Optional.empty();
    }

    /**
     * Trims the address, converts it to lower case and to Unicode's composed form, so that a shopper has one wallet for every
     * spelling.
     *
     * @return empty if the address is unusable
     */
    public static Optional<String> normalised(String offered) {
        String email = Normalizer.normalize(offered.strip().toLowerCase(Locale.ROOT), Normalizer.Form.NFC);
        boolean usable = email.length() <= LONGEST
                && email.indexOf(REPLACEMENT) < 0
                && USABLE.matcher(email).matches();
        return usable ? Optional.of(email) : Optional.empty();
    }

    /**
     * The {@link #normalised} address in the field {@code shopper_email} of a body.
     *
     * @throws Problem if it is unusable
     */
    public static String ofBody(String shopperEmail) {
        InvisibleCharacters.firstIn(shopperEmail).ifPresent(character -> {
            throw Problem.invalid(
                    "shopper_email contains the invisible character " + character + ". Send the address without it.");
        });
        return normalised(shopperEmail).orElseThrow(() -> Problem.invalid("shopper_email must be one e-mail address."));
    }

    /**
     * The refusal of an address with an invisible character. To ignore it would not name its shopper, and to remove the
     * character could name another one.
     */
    static Optional<Problem> refusal(HttpServerRequest request) {
        return request.headers().getAll(RoutingTable.SHOPPER_EMAIL).stream()
                .flatMap(offered -> InvisibleCharacters.firstIn(decoded(offered)).stream())
                .findFirst()
                .map(character -> Problem.invalid(RoutingTable.SHOPPER_EMAIL + " contains the invisible character "
                        + character + ". Send the address without it."));
    }

    /** The refusal of a header that names no shopper; empty without a header. */
    static Optional<Problem> refusalIfUnusable(HttpServerRequest request) {
        return request.headers().contains(RoutingTable.SHOPPER_EMAIL)
                        && of(request).isEmpty()
                ? Optional.of(Problem.invalid(RoutingTable.SHOPPER_EMAIL + " must be one e-mail address."))
                : Optional.empty();
    }

    /** HTTP headers have one character per byte; addresses beyond ASCII are UTF-8. */
    private static String decoded(String header) {
        return new String(header.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
