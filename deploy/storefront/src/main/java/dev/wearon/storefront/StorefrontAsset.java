package dev.wearon.storefront;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The files of the theme app extension that a browser loads. They are the same bytes that Shopify serves. */
public enum StorefrontAsset {
    /** The custom element. */
    TRY_ON("wearon-try-on.js"),

    /** The client for the modules of a page that has its own widget. */
    CLIENT("wearon-client.js");

    private final String fileName;

    StorefrontAsset(String fileName) {
        this.fileName = fileName;
    }

    public String fileName() {
        return fileName;
    }

    public byte[] bytes() {
        try (InputStream resource =
                StorefrontAsset.class.getResourceAsStream("/META-INF/wearon/storefront/" + fileName)) {
            if (resource == null) {
                throw new IllegalStateException("The jar has no " + fileName + ". Build it again.");
            }
            return resource.readAllBytes();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
