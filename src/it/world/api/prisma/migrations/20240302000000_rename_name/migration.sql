-- Releases 1 to 4 read "name": they cannot run on this schema.
ALTER TABLE "User" RENAME COLUMN "name" TO "fullName";
