package dev.wearon.generation.reconciliation;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** A class of inconsistency. A healthy system has none. */
enum Mismatch {
    CHARGED_WITHOUT_SESSION(null),
    COMPLETED_WITHOUT_CHARGE(
            "The picture was made without a charge. It is never charged later. Decide whether to invoice the"
                    + " store, and search the logs for the session's id."),
    FAILED_NOT_RELEASED(null),
    RELEASED_BUT_COMPLETED(
            "The store has both the picture and the credit. A released charge is never charged again. Decide"
                    + " whether to invoice the store, and search the logs for the session's id."),
    DOUBLE_CHARGE("Grant the store the credits that were charged too often; a charge is released only once. Then check"
            + " the ledger."),
    RESULT_OBJECT_MISSING(
            "Restore the object from a backup of storage, or grant the store a credit for another try-on.");

    /** The action for the operator; null when the repair does it. */
    private final String operatorAction;

    Mismatch(String operatorAction) {
        this.operatorAction = operatorAction;
    }

    /** The name in requests and responses. */
    String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The actions by class, for classes that have one. */
    static Map<String, String> operatorActions() {
        Map<String, String> actions = new LinkedHashMap<>();
        for (Mismatch mismatch : values()) {
            if (mismatch.operatorAction != null) {
                actions.put(mismatch.wire(), mismatch.operatorAction);
            }
        }
        return actions;
    }
}
