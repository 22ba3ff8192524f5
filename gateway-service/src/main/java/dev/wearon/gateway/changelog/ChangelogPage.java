package dev.wearon.gateway.changelog;

import java.util.List;

/** @param nextCursor asks for the older ones; null when there are none */
record ChangelogPage(List<EntryResponse> entries, String nextCursor) {}
