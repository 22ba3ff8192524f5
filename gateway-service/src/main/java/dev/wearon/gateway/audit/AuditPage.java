package dev.wearon.gateway.audit;

import java.util.List;

/** @param nextCursor asks for the older ones; null when there are none */
record AuditPage(List<WrittenEntry> entries, String nextCursor) {}
