package dev.wearon.local.commands;

import dev.wearon.local.suite.PublicApi.Answer;

/** What an operator does about a refusal; {@code docs/errors.md} in short. */
final class Hint {

    private Hint() {}

    static String of(Answer.Refusal refusal, AdminApi admin, String ifUnknown) {
        return switch (refusal.code()) {
            case "VALIDATION_ERROR" -> "correct it; nothing was changed";
            case "INVALID_API_KEY" ->
                admin.isElsewhere()
                        ? "set WEARON_ADMIN_TOKEN to a token that this gateway takes"
                        : "take the suite down and up again, so that it writes down the token it takes";
            case "NOT_FOUND" -> "check the ids; the stores: " + admin.commandLine("store list");
            case "ALREADY_FINISHED" -> "rotate the key that took its place, or issue one; wearon key list shows them";
            case "STORE_EXISTS" -> "use the existing one: " + admin.commandLine("store list --search DOMAIN");
            case "IDEMPOTENCY_KEY_REUSED" -> "a new grant wants a new key; without --key one is made";
            case "RATE_LIMIT_EXCEEDED" -> "nothing was changed; wait a second and repeat";
            default -> byStatus(refusal.status(), admin, ifUnknown);
        };
    }

    private static String byStatus(int status, AdminApi admin, String ifUnknown) {
        if (status >= 500) {
            return ifUnknown;
        }
        if (status < 400) {
            return "this is not how a gateway answers, check where it is; "
                    + (admin.isElsewhere() ? "--url names it" : admin.commandLine("status"));
        }
        return "docs/errors.md explains the code; the gateway's log says more under the request id";
    }
}
