/**
 * What other services must learn of a store: today storage, that it was deactivated or is active again, and how long its
 * images live. Each news is the whole of it, so that the newest says enough.
 *
 * <p>The news is written by a trigger in the transaction that changes the store, so it exists exactly if the change does.
 * It is told until it is acknowledged, by every gateway at once: whoever takes it has it for as long as a call may last,
 * then it is anybody's again. So it arrives at least once, also when a process dies between telling and noting; who hears
 * it must bear repeats. Of one store nothing is told before what came first is acknowledged. A listener that is away is
 * asked again after 5 s, then less and less often, at least once a minute; nothing is ever given up.
 */
package dev.wearon.gateway.outbox;
