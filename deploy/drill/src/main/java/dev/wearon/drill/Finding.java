package dev.wearon.drill;

import java.util.List;

/**
 * One line of the audit.
 *
 * @param promises their numbers in the architecture, for example {@code 3, 6}
 * @param what is promised, as a sentence without its full stop
 * @param checked how many were looked at
 * @param differences what does not agree, one sentence each
 */
record Finding(String promises, String what, long checked, List<String> differences) {}
