"""What the ERP's forms do beside storing: defaults, derived values, refusals."""
