package dev.wearon.local.commands;

import picocli.CommandLine.Help.Ansi;

/**
 * Colours for words on a terminal. A pipe, a file, and a terminal with {@code NO_COLOR} get plain text. The texts are those of
 * the commands themselves, because picocli would read marks in them.
 */
final class Colours {

    private Colours() {}

    static String good(String text) {
        return coloured("green", text);
    }

    static String attention(String text) {
        return coloured("yellow", text);
    }

    static String bad(String text) {
        return coloured("red,bold", text);
    }

    private static String coloured(String style, String text) {
        return Ansi.AUTO.string("@|" + style + " " + text + "|@");
    }
}
