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


            """ + DatabaseLayout().matrix())
}
