import SluiceBoundary
import SluiceConfig

/// The page of the reference that says who may do what in a boundary's database.
enum BoundaryRolesPage {
    static let page = ReferenceDocument(
        path: "boundary-roles.md",
        text: """
            # Roles of a boundary in PostgreSQL

            What each role may do, made from the declaration that `sluice boundary install` makes its SQL from; a test
            tries every cell on a real server. What is not in a cell is refused. A zone file may name its role
            differently; every further external producer has a role, two streams and a column like those of
            `external`.

            `INSERT` is granted on the columns that a writer fills in: neither the day nor the transaction's number is
            among them.


            """ + DatabaseLayout().matrix() + """

                ## The quarantine's record

                Where relay.yaml's `quarantine` names a database. The zones at both ends have no part in it: for them it is as
                for any other role. What the owner's functions do, they do with their owner's rights: `erase_lines` empties a
                line and writes down that it did, `drop_days` drops a day of which every item has its end.


                """ + RecordLayout().matrix())
}
