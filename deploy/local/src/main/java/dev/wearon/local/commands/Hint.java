package dev.wearon.local.commands;

import dev.wearon.local.suite.PublicApi.Answer;

/** The hint for a refusal of the admin API, a short form of {@code docs/errors.md}. */
final class Hint {

    private Hint() {}

    /** @param ifOutcomeUnknown the hint after a 5xx, when the change may have been made */
    static String of(Answer.Refusal refusal, AdminApi admin, String ifOutcomeUnknown) {
        return switch (refusal.code()) {
            case "VALIDATION_ERROR" -> "correct the input; nothing was changed";
            case "INVALID_API_KEY" ->
                admin.isRemote()
                        ? "set WEARON_ADMIN_TOKEN to a token that this gateway accepts"
                        : "run ./wearon down and ./wearon up; this writes the token to run.json";
            case "NOT_FOUND" -> "check the ids; this lists the stores: " + admin.commandLine("store list");
            case "KEY_INACTIVE" ->
                "this key was revoked, rotated or has expired: rotate a newer key, or issue one; wearon key list shows all keys";
            case "WEBHOOK_HANDLED" ->
                "there is nothing to repeat; the hourly sweep reads changed orders from Shopify again";
            case "STORE_EXISTS" -> "use the existing store: " + admin.commandLine("store list --search DOMAIN");
            case "IDEMPOTENCY_KEY_REUSED" -> "use a new key for a new grant; without --key, the command creates one";
            case "RATE_LIMIT_EXCEEDED" -> "nothing was changed; wait a second and repeat the command";
            default -> byStatus(refusal.status(), admin, ifOutcomeUnknown);
        };
    }

    /** The hint for a refused read of a store. */
    static String ofStore(Answer.Refusal refusal, AdminApi api, String variable) {
        return switch (refusal.code()) {
            case "INVALID_API_KEY" -> "set " + variable + " to a valid API key of the store";
            case "INSUFFICIENT_SCOPE" -> "set " + variable + " to an API key of the store that has this scope";
            case "NOT_FOUND" ->
                "check the id. A key reads only what its own store made: set " + variable
                        + " to a key of that store (default: the demo store)";
            default -> of(refusal, api, "repeat the command");
        };
    }

    private static String byStatus(int status, AdminApi admin, String ifOutcomeUnknown) {
        if (status >= 500) {
            return ifOutcomeUnknown;
        }
        if (status < 400) {
            return "this is not an answer of a gateway; check "
                    + (admin.isRemote() ? "--url" : admin.commandLine("status"));
        }
        return "docs/errors.md explains the code; the gateway's log has details for the request id";
    }
}
