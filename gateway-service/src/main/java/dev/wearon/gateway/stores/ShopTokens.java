package dev.wearon.gateway.stores;

import io.vertx.core.buffer.Buffer;
import java.util.OptionalLong;

/**
 * A pair of tokens for the table, both encrypted.
 *
 * @param accessSeconds how long from now; empty: not known
 * @param refreshToken null if there is none
 * @param scopes separated by commas
 */
public record ShopTokens(
        Buffer accessToken,
        OptionalLong accessSeconds,
        Buffer refreshToken,
        OptionalLong refreshSeconds,
        String scopes) {}
