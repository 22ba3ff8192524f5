package dev.wearon.gateway.door;

import java.util.HexFormat;

/**
 * Accepts only paths that every program reads in the same way. Refuses dot segments, empty segments, backslashes, parameters
 * after a semicolon, and encodings of characters that have a meaning in a path.
 */
final class RequestPath {

    private static final String MARKS = "-._~!$&'()*+,=:@";
    private static final String NEVER_ENCODED = "./\\%;";

    private RequestPath() {}

    static boolean isPlain(String path) {
        return path != null
                && path.startsWith("/")
                && !path.contains("//")
                && !path.contains("/./")
                && !path.contains("/../")
                && !path.endsWith("/.")
                && !path.endsWith("/..")
                && hasPlainCharacters(path);
    }

    private static boolean hasPlainCharacters(String path) {
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '%') {
                if (!isPlainEncoding(path, i)) {
                    return false;
                }
                i += 2;
            } else if (c != '/' && !isLetterOrDigit(c) && MARKS.indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPlainEncoding(String path, int percent) {
        if (percent + 2 >= path.length()
                || !HexFormat.isHexDigit(path.charAt(percent + 1))
                || !HexFormat.isHexDigit(path.charAt(percent + 2))) {
            return false;
        }
        int encoded = HexFormat.fromHexDigits(path, percent + 1, percent + 3);
        return encoded >= ' ' && encoded != 0x7f && NEVER_ENCODED.indexOf(encoded) < 0;
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}
