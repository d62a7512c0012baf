"""The process engine: BPMN models executed by SpiffWorkflow, one trigger at a time."""
