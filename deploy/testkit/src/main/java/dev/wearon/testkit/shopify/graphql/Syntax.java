package dev.wearon.testkit.shopify.graphql;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The tokens of a GraphQL text, read from left to right. */
final class Syntax {

    /** @param text a name, a number, a string with its quotes, or punctuation; empty at the end of the text */
    record Token(String text, int line, int column) {

        boolean isName() {
            return text.matches("[_A-Za-z][_0-9A-Za-z]*");
        }
    }

    static final class SyntaxError extends RuntimeException {

        final Token at;

        SyntaxError(String message, Token at) {
            super(message);
            this.at = at;
        }
    }

    private static final Pattern TOKEN = Pattern.compile(
            "(?<skip>[\\s,\\uFEFF]+|#[^\\n]*)|(?<name>[_A-Za-z][_0-9A-Za-z]*)"
                    + "|(?<number>-?\\d+(\\.\\d+)?([eE][+-]?\\d+)?)|(?<string>\"([^\"\\\\\\n]|\\\\.)*\")|(?<sign>\\.\\.\\.|[!$&()\\[\\]{}:=@|])");

    private final List<Token> tokens = new ArrayList<>();
    private int next;

    Syntax(String text) {
        Matcher matcher = TOKEN.matcher(text);
        int at = 0;
        int line = 1;
        int lineStart = 0;
        while (at < text.length()) {
            Token here = new Token(text.substring(at, at + 1), line, at - lineStart + 1);
            if (!matcher.region(at, text.length()).lookingAt()) {
                throw new SyntaxError("Parse error on \"%s\"".formatted(here.text()), here);
            }
            if (matcher.group("skip") == null) {
                tokens.add(new Token(matcher.group(), line, here.column()));
            }
            for (; at < matcher.end(); at++) {
                if (text.charAt(at) == '\n') {
                    line++;
                    lineStart = at + 1;
                }
            }
        }
        tokens.add(new Token("", line, text.length() - lineStart + 1));
    }

    Token peek() {
        return tokens.get(next);
    }

    boolean atEnd() {
        return peek().text().isEmpty();
    }

    Token take() {
        Token token = peek();
        if (atEnd()) {
            throw new SyntaxError("Unexpected end of document", token);
        }
        next++;
        return token;
    }

    boolean takeIf(String text) {
        boolean found = peek().text().equals(text);
        if (found) {
            next++;
        }
        return found;
    }

    void expect(String text) {
        if (!takeIf(text)) {
            throw new SyntaxError("Parse error on \"%s\", expected \"%s\"".formatted(peek().text(), text), peek());
        }
    }

    String name() {
        Token token = take();
        if (!token.isName()) {
            throw new SyntaxError("Parse error on \"%s\", expected a name".formatted(token.text()), token);
        }
        return token.text();
    }

    /** {@code Name}, {@code [Name!]!} and so on. */
    Schema.Type type() {
        Schema.Type named;
        if (takeIf("[")) {
            named = new Schema.Type(null, type(), false);
            expect("]");
        } else {
            named = new Schema.Type(name(), null, false);
        }
        return takeIf("!") ? new Schema.Type(named.name(), named.element(), true) : named;
    }
}
