package dev.wearon.gateway.changelog;

import java.util.List;

/** @param nextCursor null on the last page */
record ChangelogPage(List<EntryResponse> entries, String nextCursor) {}
