// Who tests a plugin starts servers and programs by the same import.
@_exported public import ServerKit
