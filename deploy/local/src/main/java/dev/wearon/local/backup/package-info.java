/**
 * Backup and restore of a suite on one machine.
 *
 * <p>Guarantees:
 *
 * <ul>
 *   <li>A backup has everything that was acknowledged before its end. The suite keeps running and answers meanwhile.
 *   <li>A backup, and a restored data folder, is complete or absent, whenever the command ends.
 *   <li>A restore checks every byte before it writes. It writes into an empty folder only.
 *   <li>Keys are in one file, {@code keys.json}, and in no other. Only its owner may read a backup.
 * </ul>
 *
 * <p>How: the low-level backup of PostgreSQL. A temporary replication slot keeps the WAL, the files are copied while they change,
 * and the WAL of that time makes them consistent at the next start. The pictures are copied after the database, because a picture
 * is written before its row.
 *
 * <p>Limits: the bundled PostgreSQL and the folder of pictures of the suite; the same major version of PostgreSQL, operating
 * system and processor at the restore. Redis holds nothing that must survive.
 */
package dev.wearon.local.backup;
