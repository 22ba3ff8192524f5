package dev.wearon.local.suite;

import java.util.regex.Pattern;

/** Texts with URLs, for people. */
final class UrlText {

    /** Up to the last {@code @}, because a password with a slash or a space is wrong, but must not be shown either. */
    private static final Pattern USER = Pattern.compile("//.*@", Pattern.DOTALL);

    private static final Pattern QUERY = Pattern.compile("\\?.*", Pattern.DOTALL);

    private UrlText() {}

    /** Hides the user and the query of a URL, since a query may contain a password too. Returns other texts unchanged. */
    static String withoutCredentials(String text) {
        return text.contains("//")
                ? QUERY.matcher(USER.matcher(text).replaceFirst("//***@")).replaceFirst("?***")
                : text;
    }
}
