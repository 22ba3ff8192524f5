package dev.wearon.generation.reconciliation;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What should not be; on a healthy system there is none of any class. */
enum Mismatch {
    CHARGED_WITHOUT_SESSION(null),
    COMPLETED_WITHOUT_CHARGE(
            "The picture was made for nothing. Nothing is charged afterwards; decide whether to ask the"
                    + " store for it, and look for the session's id in the logs."),
    FAILED_NOT_RELEASED(null),
    RELEASED_BUT_COMPLETED("The store has both the picture and the credit. What was given back is never charged again;"
            + " decide whether to ask the store for it, and look for the session's id in the logs."),
    DOUBLE_CHARGE("Grant the store what was taken too often; a charge is given back once only. Then check the ledger."),
    RESULT_OBJECT_MISSING(
            "Restore the object from a backup of storage, or grant the store a credit for another try-on.");

    /** What the operator may do; null when a repair does it. */
    private final String operatorAction;

    Mismatch(String operatorAction) {
        this.operatorAction = operatorAction;
    }

    /** The word on the wire. */
    String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Of each class that has one. */
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
