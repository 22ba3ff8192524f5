/**
 * {@code ./wearon bench list} reads pages of try-ons in a table of ten million, as a process of generation-service answers them. It
 * also says what each page costs in PostgreSQL, with the plan. Each answer is compared with a plain query.
 */
package dev.wearon.bench.list;
