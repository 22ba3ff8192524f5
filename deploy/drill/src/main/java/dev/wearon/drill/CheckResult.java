package dev.wearon.drill;

import java.util.List;

/**
 * The result of one check: one line of the report.
 *
 * @param what the invariant, as a sentence without its full stop
 * @param checked the number of checked items
 * @param differences one sentence for each violation
 */
record CheckResult(String what, long checked, List<String> differences) {}
