package dev.wearon.identity;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds characters that nobody sees, for example a zero-width space. With one of them an e-mail address looks like the address
 * of another shopper, but names another wallet. They usually come from copied text.
 */
public final class InvisibleCharacters {

    /** Unicode's format characters, and other characters that are drawn as nothing. */
    private static final Pattern INVISIBLE =
            Pattern.compile("[\\p{Cf}\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f"
                    + "\\u3164\\ufe00-\\ufe0f\\uffa0\\x{e0000}-\\x{e0fff}]");

    private InvisibleCharacters() {}

    /** The first one, as {@code U+200B}. */
    public static Optional<String> firstIn(String text) {
        Matcher invisible = INVISIBLE.matcher(text);
        return invisible.find()
                ? Optional.of("U+%04X".formatted(invisible.group().codePointAt(0)))
                : Optional.empty();
    }
}
