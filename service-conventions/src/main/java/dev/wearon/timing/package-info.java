/** Time limits and delays on the event loop. Timers of Mutiny wake up another thread for each call, and continue on it. */
package dev.wearon.timing;
