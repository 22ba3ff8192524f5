/**
 * What is stored, whose it is, and how long it lives. An object is an image at a path; its path is made from store, kind
 * and a name of ours, in {@link dev.wearon.storage.objects.ObjectPath} alone.
 *
 * <p>An object is whole or absent: its bytes are written under a blob name of their own, and it exists from the moment
 * its row does. It is written once: the row's key decides every race, and whoever lost deletes its own blob. It lives
 * until written + retention and is then not there, for anybody; row and bytes are the janitor's to remove. Of
 * another store's objects nothing can be learned, not even that they exist. If the database does not answer, it is not
 * known whether a row stands: the blob is left for the janitor, never deleted on a guess.
 *
 * <p>What a store had when it was deactivated is closed at once and for good; what it gets while it is inactive is never
 * readable. Active again, it starts anew. News of a store may come twice, late or in the wrong order: the last change
 * counts. One clock says when something was written, when it was closed and when it ends: the database's, which is the
 * gateway's too. The service's own clock only bounds the signed URLs.
 */
package dev.wearon.storage.objects;
