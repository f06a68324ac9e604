// Takes the migration rename_name back: what an `on-rollback: { command: [node, undo-rename.mjs] }` runs.
import pg from 'pg'

const client = new pg.Client({ connectionString: process.env.DATABASE_URL })
await client.connect()
await client.query('BEGIN')
await client.query('ALTER TABLE "User" RENAME COLUMN "fullName" TO "name"')
await client.query("DELETE FROM _prisma_migrations WHERE migration_name LIKE '%rename_name'")
await client.query('COMMIT')
await client.end()
console.log('the column is called "name" again')
